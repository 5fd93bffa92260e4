/** The page's beginning: styles, fonts, and the lab. */
import "@fontsource-variable/inter";
import "@fontsource-variable/jetbrains-mono";
import "../look/tokens.css";
import "./lab";
import { wear } from "./theme";

wear();
