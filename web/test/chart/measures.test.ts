// Series and metrics have names that people use, and keep their own where there is none.
import { describe, expect, it } from "vitest";
import { metricName, seriesName } from "../../src/figures/chart/measures";

describe("names", () => {
  it("say what is measured and of which rows", () => {
    expect(seriesName("loss")).toBe("loss of each batch");
    expect(seriesName("loss.train")).toBe("loss, training rows");
    expect(seriesName("loss.train+penalty")).toBe("loss with penalty, training rows");
    expect(seriesName("metrics.test_r2")).toBe("R², test rows");
    expect(metricName("r2")).toBe("R²");
  });
  it("leave alone what has no other name", () => {
    expect(seriesName("gradient_norm.0.weight")).toBe("gradient_norm.0.weight");
    expect(metricName("accuracy")).toBe("accuracy");
  });
});
