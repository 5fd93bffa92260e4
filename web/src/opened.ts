/** All that a page needs in one classic script, for a page opened as a file: browsers load no modules from there. */
if (document.querySelector("ls-home")) void import("./home/main");
else void import("./post/main");

export {};
