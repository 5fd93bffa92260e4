import { describe, expect, it } from "vitest";
import { toLab } from "../src/home/old-links";

describe("links that were given away when the lab stood at /", () => {
  it("lead to the lab with all they carry", () => {
    expect(toLab("#e=loopscope:1:x")).toBe("lab.html#e=loopscope:1:x");
    expect(toLab("#session=abc&e=loopscope:1:x", "?theme=dark")).toBe(
      "lab.html?theme=dark#session=abc&e=loopscope:1:x",
    );
    expect(toLab("#view=runs")).toBe("lab.html#view=runs");
    expect(toLab("#x=moons-mlp")).toBe("lab.html#x=moons-mlp");
  });

  it("and the home page's own stay", () => {
    for (const own of ["", "#", "#module-2", "#example=1"]) expect(toLab(own)).toBeNull();
  });
});
