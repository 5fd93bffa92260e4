// What experiments have different, what they are called by it, and which changes are offered. Draws nothing.
import { describe, expect, it } from "vitest";
import { changed, differing, setting, written } from "../src/compare/differing";
import { brief, headings, settingName } from "../src/compare/headings";
import { lineLook, MOST_LINES } from "../src/compare/lines";
import { offers, sharing } from "../src/compare/offers";

const EXPERIMENT = {
  name: "moons",
  data: { name: "moons", features: [] },
  model: { kind: "mlp", hidden: [8, 4], activation: "relu", init: "default" },
  training: { lr: 0.03, optimizer: "adam", batch_size: 32, schedule: { name: "constant" } },
  seed: { data: 0, init: 0, order: 0 },
};

describe("differences", () => {
  it("are the settings in which not all agree, names left out", () => {
    const other = changed({ ...EXPERIMENT, name: "another" }, "training.lr", 0.3);
    expect(differing([EXPERIMENT, other])).toEqual([{ path: "training.lr", values: [0.03, 0.3] }]);
  });
  it("see into lists and nested sections", () => {
    const other = changed(changed(EXPERIMENT, "model.hidden", [8, 5]), "training.schedule.name", "cosine");
    expect(differing([EXPERIMENT, other]).map(({ path }) => path)).toEqual([
      "model.hidden",
      "training.schedule.name",
    ]);
  });
  it("are none between an experiment and a script of one's own", () => {
    expect(differing([EXPERIMENT, null])).toEqual([]);
    const other = changed(EXPERIMENT, "training.lr", 1);
    expect(differing([null, EXPERIMENT, other])[0]!.values).toEqual([undefined, 0.03, 1]);
  });
  it("are put into a copy, never into the experiment itself", () => {
    const other = changed(EXPERIMENT, "training.schedule.name", "cosine");
    expect(setting(other, "training.schedule.name")).toBe("cosine");
    expect(setting(EXPERIMENT, "training.schedule.name")).toBe("constant");
    expect(other.model).toBe(EXPERIMENT.model);
  });
});

describe("headings", () => {
  it("say what differs and nothing else", () => {
    const other = changed(changed(EXPERIMENT, "training.lr", 1e-5), "training.schedule.name", "cosine");
    expect(headings(differing([EXPERIMENT, other]), 2)).toEqual([
      "lr 0.03, schedule constant",
      "lr 1e-5, schedule cosine",
    ]);
  });
  it("say of all but the first only what it has other than the first", () => {
    const faster = changed(EXPERIMENT, "training.lr", 0.3);
    const curved = changed(EXPERIMENT, "model.activation", "tanh");
    expect(headings(differing([EXPERIMENT, faster, curved, EXPERIMENT]), 4)).toEqual([
      "activation relu, lr 0.03",
      "lr 0.3",
      "activation tanh",
      "",
    ]);
  });
  it("tell the three seeds apart", () => {
    expect(["seed.init", "model.init", "seed.order", "data.name"].map(settingName)).toEqual([
      "seed init",
      "init",
      "seed order",
      "data",
    ]);
  });
  it("fit beside a line", () => {
    expect(brief("a heading that is far too long", 10)).toBe("a heading…");
  });
  it("write values as people do", () => {
    expect(
      [
        [8, 4],
        [
          [0.5, 1, 0],
          [1, 1, 1],
        ],
        [],
        null,
        true,
        "all",
        12000,
        0,
      ].map(written),
    ).toEqual(["8, 4", "2 rows", "none", "–", "yes", "all", "12,000", "0"]);
  });
});

describe("lines", () => {
  it("all look different", () => {
    const looks = Array.from({ length: MOST_LINES }, (_, n) => JSON.stringify(lineLook(n)));
    expect(new Set(looks).size).toBe(MOST_LINES);
  });
});

describe("offers", () => {
  it("change one thing each, and each to something else", () => {
    for (const { path, value } of offers(EXPERIMENT)) {
      const found = differing([EXPERIMENT, changed(EXPERIMENT, path, value)]);
      expect(found.map((difference) => difference.path)).toEqual([path]);
    }
  });
  it("multiply without the dust of binary fractions", () => {
    const values = offers(changed(EXPERIMENT, "training.lr", 0.07)).map(({ value }) => value);
    expect(values).toContain(0.7);
    expect(values).toContain(0.007);
  });
  it("offer no layers where a model has none", () => {
    const linear = changed(EXPERIMENT, "model.kind", "linear");
    expect(offers(linear).some(({ path }) => path === "model.hidden")).toBe(false);
  });
});

describe("what columns share", () => {
  it("is said truly where weights or batches cannot be the same", () => {
    expect(sharing(["training.lr"])).toBe("The same initial weights and the same batches in the same order.");
    expect(sharing(["model.hidden"])).toBe(
      "The same batches in the same order; initial weights differ with hidden.",
    );
    expect(sharing(["training.batch_size"])).toBe(
      "The same initial weights; batches differ with batch size.",
    );
    expect(sharing(["data.name"])).toBe("Initial weights differ with data, batches with data.");
  });
});
