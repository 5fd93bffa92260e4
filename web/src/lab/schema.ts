/** The experiment's fields, asked for once a page. */
import { type Field, fieldAt, type Schema } from "../controls/field";
import { ask } from "../wire/api";

/** What `GET /api/schema` answers: the JSON Schema, and each field in words. */
interface Answer {
  readonly experiment: Schema;
  readonly settings: readonly { readonly path: string; readonly allowed: string }[];
}

export class Fields {
  private readonly allowed: ReadonlyMap<string, string>;

  constructor(private readonly answer: Answer) {
    this.allowed = new Map(answer.settings.map(({ path, allowed }) => [path, allowed]));
  }

  /** A field by its path, with what is allowed in the server's words. */
  at(path: string): Field {
    const field = fieldAt(this.answer.experiment, path);
    return { ...field, allowed: this.allowed.get(path) ?? field.allowed };
  }
}

let asked: Promise<Fields> | null = null;

export function fields(): Promise<Fields> {
  asked ??= ask<Answer>("schema")
    .then((answer) => new Fields(answer))
    .catch((error) => {
      asked = null;
      throw error;
    });
  return asked;
}
