/** The experiment's fields as the page's controls need them. Asks no server by itself. */
import { type Field, fieldAt } from "../controls/field";
import { type SchemaAnswer, schema } from "../wire/api";

export class Fields {
  private readonly allowed: ReadonlyMap<string, string>;

  constructor(private readonly answer: SchemaAnswer) {
    this.allowed = new Map(answer.settings.map(({ path, allowed }) => [path, allowed]));
  }

  /** A field by its path, with what is allowed in the server's words. */
  at(path: string): Field {
    const field = fieldAt(this.answer.experiment, path);
    return { ...field, allowed: this.allowed.get(path) ?? field.allowed };
  }
}

export const fields = (): Promise<Fields> => schema().then((answer) => new Fields(answer));
