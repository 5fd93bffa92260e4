/** Recorded runs as the server tells of them: one function a question. Keeps nothing and draws nothing. */
import type { Experiment } from "../generated/wire";
import { ask } from "../wire/api";

/** One run of the list: what was asked in a word, and what came of it so far. */
export interface Run {
  readonly run: string;
  readonly name: string;
  readonly status: string; // finished, stopped, diverged, failed; running; interrupted where its process is gone
  readonly reason: string;
  readonly source: string;
  readonly started: number; // seconds since the epoch
  readonly seconds: number;
  readonly steps: number;
  readonly train: Figures;
  readonly test: Figures;
  readonly notes: string;
}

/** Last figures by name; null where one is no finite number. */
export type Figures = Readonly<Record<string, number | null>>;

/** One run with what its panel shows. */
export interface Whole extends Run {
  readonly experiment: Experiment | null; // null for somebody's own script
  readonly link: string | null; // null where there is no experiment, or this version cannot read it
  readonly series: readonly string[];
}

export interface Points {
  readonly steps: readonly number[];
  readonly values: readonly (number | null)[]; // null where it is no finite number
}

export type Form = "script" | "notebook" | "csv";

/** The newest runs that contain `search`, as text: so who asks every second reads it only where it changed. */
export async function listed(search: string, limit: number, signal?: AbortSignal): Promise<string> {
  const asked = new URLSearchParams({ search, limit: String(limit) });
  const answer = await fetch(`/api/runs?${asked}`, { signal: signal ?? null });
  if (!answer.ok) throw new Error(`The list of runs was not answered (${answer.status}); asking again.`);
  return answer.text();
}

export const read = (text: string) => JSON.parse(text) as Run[];

export const whole = (run: string) => ask<Whole>(at(run));
export const points = (run: string, name: string, most: number) =>
  ask<Points>(`${at(run)}/series?name=${encodeURIComponent(name)}&points=${most}`);
export const remove = (run: string) => ask<unknown>(at(run), { method: "DELETE" });
export const restore = (run: string) => ask<Run>(`${at(run)}/restore`, { method: "POST" });
export const note = (run: string, notes: string) =>
  ask<unknown>(at(run), {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ notes }),
  });

/** The address of a download. */
export const download = (run: string, to: Form) => `/api/${at(run)}/export?to=${to}`;

const at = (run: string) => `runs/${encodeURIComponent(run)}`;
