/** What series and metrics are called by people. Knows no value. */

const METRICS: Record<string, string> = {
  r2: "R²",
  mae: "mean absolute error",
  rmse: "root mean squared error",
};
const OF_BATCHES: Record<string, string> = {
  loss: "loss of each batch",
  penalty: "penalty",
  lr: "learning rate",
};
const SIDES: Record<string, string> = { train: "training rows", test: "test rows" };

/** A metric: R² for r2. */
export const metricName = (name: string): string => METRICS[name] ?? name;

/** A series: "R², test rows" for metrics.test_r2, "loss, training rows" for loss.train; as it is where it has no name. */
export function seriesName(series: string): string {
  const [, side, metric] = /^metrics\.(train|test)_(.+)$/.exec(series) ?? [];
  if (side && metric) return `${metricName(metric)}, ${SIDES[side]}`;
  const [, rows, more] = /^loss\.(train|test)(\+penalty)?$/.exec(series) ?? [];
  if (rows) return `loss${more ? " with penalty" : ""}, ${SIDES[rows]}`;
  return OF_BATCHES[series] ?? series;
}
