/** Hands a file to the person: text or a picture, under a name. Knows no figure. */
import { type Picture, paint, svg } from "./shapes";

export type Format = "png" | "svg" | "csv";

export function saveText(text: string, name: string, type: string): void {
  save(new Blob([text], { type }), name);
}

/** A picture as SVG, or as PNG at twice its size. */
export async function savePicture(picture: Picture, format: "png" | "svg", name: string): Promise<void> {
  if (format === "svg") return saveText(svg(picture), `${name}.svg`, "image/svg+xml");
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.width * 2, picture.height * 2];
  const pen = canvas.getContext("2d")!;
  pen.scale(2, 2);
  paint(pen, picture);
  await saveCanvas(canvas, name);
}

export async function saveCanvas(canvas: HTMLCanvasElement, name: string): Promise<void> {
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done));
  if (blob) save(blob, `${name}.png`);
}

export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000); // the browser reads it after the click
}
