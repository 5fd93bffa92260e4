/** Lines of the exported script find their phase. */
import { describe, expect, it } from "vitest";
import { phaseOf } from "../../src/figures/code/phase-lines";

describe("phaseOf", () => {
  it.each([
    ["        optimizer.zero_grad()  # forget", "zero_grad"],
    ["        outputs = model(inputs)  # predict", "forward"],
    ["        loss = criterion(outputs, targets)", "loss"],
    ["        loss.backward()  # blame", "backward"],
    ["        nn.utils.clip_grad_norm_(model.parameters(), 1.0)", "clip"],
    ["        optimizer.step()", "step"],
    ["        scheduler.step()", "schedule"],
    ["        loss_of_step = loss.item()", null],
    ["# then loss.backward() blames", null],
    ["optimizer = torch.optim.Adam(model.parameters(), lr=0.03)", null],
  ])("%s", (line, phase) => expect(phaseOf(line)).toBe(phase));
});
