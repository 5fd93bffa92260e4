/** The page's beginning: styles, fonts, and the lab. */
import "@fontsource-variable/inter";
import "@fontsource-variable/jetbrains-mono";
import "./look/tokens.css";
import "./lab/lab";
import { followAddress } from "./view";

followAddress(document.querySelector("ls-lab")!);
