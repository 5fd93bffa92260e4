/** What a run's facts say of its data: inputs, classes, target, and the columns in view. Keeps nothing. */
import type { LaneState, SessionState } from "../../wire/source";
import { pictureOf } from "../network/structure";

export class Facts {
  readonly task: string;
  readonly tested: boolean;
  readonly raw: readonly string[];
  readonly classes: readonly string[];
  readonly target: string;

  constructor(state: LaneState | null) {
    const facts = state?.facts ?? {};
    this.task = String(facts.task ?? "");
    this.tested = Boolean(facts.test_rows);
    this.raw = (facts.raw_inputs as string[] | undefined) ?? [];
    this.classes = (facts.classes as string[] | undefined) ?? [];
    this.target = String(facts.target || "value");
    this.center = (facts.target_center as number | undefined) ?? 0;
    this.scale = (facts.target_scale as number | undefined) ?? 1;
  }
  private readonly center: number;
  private readonly scale: number;

  // pictures have no plane that says anything: two pixels of many
  get plane(): boolean {
    return this.raw.length > 0 && pictureOf(this.raw) === null && this.task !== "next-character";
  }

  /** Whether there are more raw inputs than the plane has axes: a row's place does not decide what is said of it. */
  get wide(): boolean {
    return this.plane && this.raw.length > 2;
  }

  /** Raw inputs across and up; one where there is but one. */
  columns(session: SessionState | null): readonly number[] {
    if (this.raw.length > 2 && session?.columns.length) return session.columns;
    return this.raw.length === 1 ? [0] : [0, 1];
  }

  /** What stands across and up. */
  axes(columns: readonly number[]): readonly [string, string] {
    const [across = "", up = ""] = columns.map((column) => this.raw[column] ?? "");
    return [across, this.raw.length === 1 ? this.upward : up];
  }

  /** A regression's value in the target's own unit. */
  readonly unscaled = (value: number): number => value * this.scale + this.center;

  private get upward(): string {
    if (this.task === "regression") return this.target;
    return this.task === "binary" ? `p(${this.classes[1] ?? "class 1"})` : "p";
  }
}
