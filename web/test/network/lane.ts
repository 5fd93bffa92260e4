/** A lane as a session tells of it, for tests of the network. */
import type { LaneState } from "../../src/wire/source";

export function lane(
  parameters: Record<string, number[]>,
  facts: Record<string, unknown> = {},
  model = {},
): LaneState {
  return {
    lane: 0,
    experiment: { model },
    link: "",
    run: "r",
    facts: { inputs: ["x1", "x2"], classes: ["left", "right"], task: "binary", ...facts },
    parameters,
    in_flight: [],
    changes: [],
  };
}
