/** The controls beneath a figure: a slider, some levels, or a control that is off where nothing can train. Sets nothing. */
import { html, type TemplateResult } from "lit";
import type { Field, Plain } from "../controls/field";
import "../controls/slider";
import type { Changeable } from "./given";
import "./levels";
import { ordered, same } from "./levels";

export const NEEDS_PYTORCH = "needs PyTorch: open this post in “loopscope lab”, or as a notebook";

/** A field's control. `free` where PyTorch can train any level, `recorded` are the levels that were. */
export function control(
  change: Changeable,
  value: Plain,
  free: boolean,
  recorded: readonly Plain[] | undefined,
): TemplateResult {
  const off = !free && !recorded;
  const field = fieldOf(change, off);
  if (free && change.scale)
    return html`<ls-slider .field=${field} .value=${value} .scale=${change.scale}></ls-slider>`;
  const had = (level: Plain) => [change.now, ...(recorded ?? [])].some((each) => same(each, level));
  const levels = free || off ? change.levels : change.levels.filter(had);
  return html`<ls-levels .field=${field} .value=${value} .levels=${levels} ?disabled=${off}></ls-levels>`;
}

function fieldOf({ path, name, allowed, help, levels, now }: Changeable, off: boolean): Field {
  return {
    path,
    name,
    help: off ? `${help} (${NEEDS_PYTORCH})` : help,
    kind: ordered(levels) ? "number" : "choice",
    allowed,
    nullable: false,
    usual: now,
    example: null,
    choices: [],
    least: null,
    most: null,
  };
}
