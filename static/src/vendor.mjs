// Copies the vendored libraries out of node_modules into static/vendor/<name>-<version>/, each with its licence.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

const VENDOR = "../vendor";
const LIBRARIES = {
  "htmx.org": ["dist/htmx.min.js"],
  idiomorph: ["dist/idiomorph-ext.min.js"],
  uplot: ["dist/uPlot.iife.min.js", "dist/uPlot.min.css"],
  "@fontsource-variable/inter": ["files/inter-latin-wght-normal.woff2"],
  "lucide-static": [],
};

function directoryOf(name) {
  const version = JSON.parse(readFileSync(join("node_modules", name, "package.json"))).version;
  return join(VENDOR, `${basename(name)}-${version}`);
}

function sprite(names) {
  const symbols = names.map((name) => {
    const svg = readFileSync(`node_modules/lucide-static/icons/${name}.svg`, "utf8");
    const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.replace(/\s+/g, " ").trim()}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
}

rmSync(VENDOR, { recursive: true, force: true });
for (const [name, files] of Object.entries(LIBRARIES)) {
  const target = directoryOf(name);
  mkdirSync(target, { recursive: true });
  for (const file of [...files, "LICENSE"]) {
    copyFileSync(join("node_modules", name, file), join(target, basename(file)));
  }
}
const icons = readFileSync("icons.txt", "utf8").split("\n").filter(Boolean);
writeFileSync(join(directoryOf("lucide-static"), "icons.svg"), sprite(icons));
