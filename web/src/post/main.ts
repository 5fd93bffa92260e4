/** A post's beginning: its text stands already; formulas, cells, exercises and figures come to life. */
import "@fontsource-variable/inter";
import "@fontsource-variable/jetbrains-mono";
import "../look/tokens.css";
import "../course/masthead";
import { served } from "../course/course";
import { wear } from "../lab/theme";
import "./cell";
import { awaken } from "./elements";
import "./exercise";
import { number } from "./kernel";
import { setFormulas } from "./math";
import { tellWhenRead } from "./reading";
import { followSaves } from "./saves";
import { reachScrolling } from "./scrolling";
import { offer } from "./taking";
import { fill } from "./waiting";

wear();
const text = document.querySelector("main")!;
void setFormulas(text);
awaken(text);
reachScrolling(text);
followSaves();
if (served() && number()) {
  const line = document.createElement("p");
  line.className = "notice";
  line.role = "status";
  text.prepend(line);
  fill(text, number(), (words, trouble = false) => {
    line.textContent = words;
    line.classList.toggle("trouble", trouble);
  });
  offer(text, number());
  tellWhenRead(text, number());
}
