/** The home page's beginning: styles and fonts, an old link led on, then course, lab and runs. */
import "@fontsource-variable/inter";
import "@fontsource-variable/jetbrains-mono";
import "../look/tokens.css";
import "../course/reading.css";
import { wear } from "../lab/theme";
import { toLab } from "./old-links";

wear();
const elsewhere = toLab(location.hash, location.search);
if (elsewhere) location.replace(elsewhere);
else void import("./home");
addEventListener("hashchange", () => {
  const other = toLab(location.hash);
  if (other) location.replace(other);
});
