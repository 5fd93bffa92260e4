/** Search in a page without a server, over the documents that lie beside it. Which documents there are says Python. */
import MiniSearch from "minisearch";
import { beside } from "../wire/beside";
import type { Found } from "./course";
import { stem } from "./stem";

export interface Document {
  readonly kind: Found["kind"];
  readonly title: string;
  readonly text: string;
  readonly href: string;
  readonly asked: string;
}

/** As src/loopscope/course/site.py writes it; weights and words are those of course/search.py. */
export interface Given {
  readonly fields: Readonly<Record<"title" | "asked" | "text", number>>;
  readonly kinds: Readonly<Record<Found["kind"], number>>;
  readonly asking: readonly string[];
  readonly documents: readonly Document[];
}

const MOST = 10;
const AROUND = 30; // words shown of a text, as the server's excerpts have them
const BM25 = { k: 1.2, b: 0.75, d: 0 }; // as SQLite has it
const MEANING = /^what (?:does|do|did) (.+) mean\W*$/i;

let ready: Promise<(query: string) => readonly Found[]> | null = null;

export async function findOffline(query: string): Promise<readonly Found[]> {
  ready ??= beside<Given>("search.js").then(searchIn);
  ready.catch(() => {
    ready = null;
  });
  return (await ready)(query);
}

/** A search over these documents, the best first. */
export function searchIn({ fields, kinds, asking, documents }: Given): (query: string) => readonly Found[] {
  const decides = new Set(asking);
  const index = new MiniSearch<Document & { id: number }>({
    fields: Object.keys(fields),
    tokenize: wordsOf,
    processTerm: stem,
  });
  index.addAll(documents.map((document, id) => ({ id, ...document })));
  return (query) => {
    const words = wordsOf(MEANING.exec(query.trim())?.[1] ?? query);
    const meant = words.filter((word) => !decides.has(word));
    return index
      .search((meant.length ? meant : words).join(" "), {
        boost: { ...fields },
        bm25: BM25,
        boostDocument: (id) => kinds[documents[id as number]!.kind],
        prefix: (term, at, terms) => at === terms.length - 1 && term.length > 2,
        fuzzy: (term) => (term.length > 3 ? 0.2 : false),
        weights: { prefix: 0.4, fuzzy: 0.2 }, // a word as it is written comes before one that looks like it
      })
      .slice(0, MOST)
      .map(({ id, score, terms }) => {
        const { kind, title, text, href } = documents[id as number]!;
        return { kind, title, text: excerpt(text, new Set(terms)), href, score };
      });
  };
}

/** In lower case, as Python's `\w+` has them. */
function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
}

/** The part of a text where its first found word is. */
function excerpt(text: string, terms: ReadonlySet<string>): string {
  const words = text.split(/\s+/);
  if (words.length <= AROUND) return text;
  const first = words.findIndex((word) => wordsOf(word).some((each) => terms.has(stem(each))));
  const from = Math.min(Math.max(0, first - AROUND / 3), words.length - AROUND);
  const part = words.slice(from, from + AROUND).join(" ");
  return `${from ? "… " : ""}${part}${from + AROUND < words.length ? " …" : ""}`;
}
