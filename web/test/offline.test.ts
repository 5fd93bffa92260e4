// Search without a server: endings, weights, what decides nothing, excerpts.
import { beforeEach, describe, expect, it } from "vitest";
import { type Document, type Given, searchIn } from "../src/course/offline";
import { stem } from "../src/course/stem";
import { beside } from "../src/wire/beside";

const document = (href: string, more: Partial<Document>): Document => ({
  kind: "section",
  title: "",
  text: "",
  asked: "",
  href,
  ...more,
});

const given = (...documents: Document[]): Given => ({
  fields: { title: 4, asked: 3, text: 1 },
  kinds: { question: 1.5, term: 1.25, post: 1, section: 0.9 },
  asking: ["what", "is", "the", "a", "of", "does", "mean"],
  documents,
});

const found = (query: string, ...documents: Document[]) => searchIn(given(...documents))(query);
const hrefs = (query: string, ...documents: Document[]) => found(query, ...documents).map(({ href }) => href);

describe("endings", () => {
  it.each([
    ["layers", "layer"],
    ["losses", "loss"],
    ["batches", "batch"],
    ["biases", "bias"],
    ["trained", "train"],
    ["training", "train"],
    ["frequencies", "frequency"],
    ["stopped", "stop"],
    ["separately", "separate"],
  ])("%s is found as %s", (a, b) => expect(stem(a)).toBe(stem(b)));

  it.each(["fc1", "bias", "loss", "MLP", "is", "relu"])("%s stays as it is", (word) =>
    expect(stem(word)).toBe(word),
  );
});

describe("ranking", () => {
  const text = document("text", { text: "one word of width among many others here" });
  const title = document("title", { title: "width" });
  const asked = document("asked", { asked: "how wide, width" });

  it("puts a title before other words for it, and these before a text", () =>
    expect(hrefs("width", text, asked, title)).toEqual(["title", "asked", "text"]));

  it("puts an answer before a definition, and this before a section", () => {
    const same = (["section", "term", "question"] as const).map((kind) =>
      document(kind, { kind, title: "depth" }),
    );
    expect(hrefs("depth", ...same)).toEqual(["question", "term", "section"]);
  });

  it("lets words with which anything is asked decide nothing, unless there are no others", () => {
    const other = document("other", { title: "what the meaning of it is" });
    expect(hrefs("what is the width", title, other)).toEqual(["title"]);
    expect(hrefs("what does width mean?", title, other)).toEqual(["title"]);
    expect(hrefs("what is", title, other)).toEqual(["other"]);
  });

  it("finds a word misspelt, and one that is not written to its end", () => {
    const long = document("long", { title: "activation" });
    expect(hrefs("activtion", long)).toEqual(["long"]);
    expect(hrefs("activ", long)).toEqual(["long"]);
    expect(hrefs("zebra", long)).toEqual([]);
  });
});

describe("excerpts", () => {
  const words = Array.from({ length: 100 }, (_, i) => `w${i}`);

  it("shows the part where the word is", () => {
    const said = found("w60", document("a", { text: words.join(" ") }))[0]!.text;
    expect(said).toMatch(/^… w50 .* w60 .* w79 …$/);
  });

  it("shows a short text whole, and the beginning where only the title has the word", () => {
    expect(found("w1", document("a", { text: "w0 w1 w2" }))[0]!.text).toBe("w0 w1 w2");
    const said = found("depth", document("a", { title: "depth", text: words.join(" ") }))[0]!.text;
    expect(said).toMatch(/^w0 w1 .* w29 …$/);
  });
});

describe("what lies beside the page", () => {
  beforeEach(() => {
    globalThis.loopscopeBeside = undefined;
    for (const script of globalThis.document.head.querySelectorAll("script")) script.remove();
  });
  // a script that has come without an error; what it would have done is done here
  const settings = (globalThis as unknown as { happyDOM: { settings: object } }).happyDOM.settings;
  Object.assign(settings, { handleDisabledFileLoadingAsSuccess: true });

  it("is asked for once by a script, and taken from where that puts it", async () => {
    globalThis.loopscopeBeside = { "a.js": "held" };
    const [first, second] = [beside<string>("a.js"), beside<string>("a.js")];
    expect(globalThis.document.head.querySelectorAll("script")).toHaveLength(1);
    expect(await Promise.all([first, second])).toEqual(["held", "held"]);
  });

  it("says which file is missing, and asks again the next time", async () => {
    await expect(beside("b.js")).rejects.toThrow("b.js could not be loaded");
    globalThis.loopscopeBeside = { "b.js": "come" };
    expect(await beside("b.js")).toBe("come");
    expect(globalThis.document.head.querySelectorAll("script")).toHaveLength(2);
  });
});
