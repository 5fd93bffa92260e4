/** The training loop, line by line, each line with the phase that it belongs to. Runs nothing. */
import type { Training } from "../../generated/wire";
import type { PhaseName } from "../../wire/source";

export interface CodeLine {
  readonly code: string;
  readonly phase: PhaseName | null;
  readonly does: string;
}

export interface Told {
  readonly token: string;
  readonly title: string;
}

/** The colour and the words of each phase. */
export const TOLD: Record<PhaseName, Told> = {
  batch: { token: "ink", title: "the next rows" },
  zero_grad: { token: "ink", title: "forget the gradients of the last step" },
  forward: { token: "forward", title: "predict" },
  loss: { token: "loss", title: "measure how wrong, as one number" },
  backward: { token: "backward", title: "how the loss would change with each weight" },
  clip: { token: "backward", title: "bound the gradients" },
  step: { token: "step", title: "move every weight a little, against its gradient" },
  schedule: { token: "step", title: "set the learning rate of the next step" },
};

/** The lines that this experiment's loop has; what it does not use stands as a remark. */
export function loopCode(training: Training | undefined): readonly CodeLine[] {
  const line = (phase: PhaseName | null, code: string): CodeLine => ({
    code,
    phase,
    does: phase ? TOLD[phase].title : "",
  });
  const scheduled =
    (training?.schedule?.name ?? "constant") !== "constant" || Boolean(training?.schedule?.warmup);
  return [
    line(null, "for epoch in range(epochs):"),
    line("batch", "    for inputs, targets in batches:"),
    line("zero_grad", "        optimizer.zero_grad()"),
    line("forward", "        outputs = model(inputs)"),
    line("loss", `        loss = criterion(outputs, targets)${penalty(training)}`),
    line("backward", "        loss.backward()"),
    line("clip", `        ${clip(training)}`),
    line("step", "        optimizer.step()"),
    line("schedule", scheduled ? "        scheduler.step()" : "        # no schedule"),
  ];
}

const penalty = (training: Training | undefined) => (training?.l1 || training?.l2 ? " + penalty(model)" : "");

function clip(training: Training | undefined): string {
  if (training?.clip_norm != null) return `clip_grad_norm_(model.parameters(), ${training.clip_norm})`;
  if (training?.clip_value != null) return `clip_grad_value_(model.parameters(), ${training.clip_value})`;
  return "# no clipping";
}
