/** What the server says of an exercise. */

export interface Task {
  readonly title: string;
  readonly task: string;
  /** The reader's, or the task's. */
  readonly code: string;
  readonly hints: number;
  readonly hinted: number;
  readonly done: boolean;
  readonly passed_at: string | number | null;
}

export interface Verdict {
  readonly passed: boolean;
  readonly sentence: string;
  readonly details: readonly string[];
  /** Pictures, base64. */
  readonly yours: string | null;
  readonly wanted: string | null;
  readonly seconds: number;
}

export interface Hint {
  readonly grade: string;
  readonly text: string;
  /** The same, set: its formulas are to be drawn yet. */
  readonly html: string;
}
