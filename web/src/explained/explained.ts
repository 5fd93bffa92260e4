/** All figures of explanations, for a page that shows some of them. Knows none of them by itself. */
import "./activation-gallery";
import "./architecture";
import "./chain-rule";
