/** The page's beginning: styles, fonts, and the lab. */
import "@fontsource-variable/inter";
import "@fontsource-variable/jetbrains-mono";
import "./look/tokens.css";
import "./lab/lab";
import { wear } from "./lab/theme";

wear();
