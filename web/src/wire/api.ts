/** The server's JSON API, one function a question. Keeps nothing. */
import type { Schema } from "../controls/field";
import type { Experiment } from "../generated/wire";
import type { Problem } from "./source";

export interface Preset {
  name: string;
  summary: string;
  experiment: Experiment;
}

/** What a person did wrong, in the server's words. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly problems: Problem[],
    sentence?: string,
  ) {
    super(
      sentence ??
        problems.map((p) => `${p.field} is ${p.value}; allowed ${p.allowed}. ${p.try_next}`).join("\n"),
    );
  }
}

export async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  const answer = await fetch(`/api/${path}`, init);
  if (answer.ok) return (await answer.json()) as T;
  const body = (await answer.json().catch(() => ({}))) as { problems?: Problem[]; problem?: string };
  throw new Refused(answer.status, body.problems ?? [nothing(answer)], body.problem);
}

export function post<T>(path: string, body: unknown): Promise<T> {
  return ask<T>(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

let known: Promise<Preset[]> | null = null;

/** All presets, asked for once a page. */
export function presets(): Promise<Preset[]> {
  known ??= ask<Preset[]>("presets").catch((error) => {
    known = null;
    throw error;
  });
  return known;
}

/** What `GET /api/schema` answers: the experiment's JSON Schema, and each field in words. */
export interface SchemaAnswer {
  readonly experiment: Schema;
  readonly settings: readonly { readonly path: string; readonly allowed: string }[];
}

let described: Promise<SchemaAnswer> | null = null;

/** The experiment's schema, asked for once a page. */
export function schema(): Promise<SchemaAnswer> {
  described ??= ask<SchemaAnswer>("schema").catch((error) => {
    described = null;
    throw error;
  });
  return described;
}

export const understand = (what: string) =>
  post<{ experiment: Experiment; link: string; toml: string }>("experiment", { what });
export const open = (experiments: readonly Experiment[]) =>
  post<{ session: string }>("sessions", { experiments });

/** Address of a session's WebSocket, on the page's own host. */
export function live(session: string): string {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${location.host}/api/sessions/${session}/live`;
}

function nothing(answer: Response): Problem {
  return { field: "server", value: answer.status, allowed: answer.statusText, try_next: "Reload the page." };
}
