import type { Box } from "./crop";

/** A part of a picture, or of a video's current frame, as PNG. */
export async function capture(source: HTMLImageElement | HTMLVideoElement, box?: Box): Promise<Blob> {
  const [width, height] =
    source instanceof HTMLVideoElement
      ? [source.videoWidth, source.videoHeight]
      : [source.naturalWidth, source.naturalHeight];
  const part = box ?? { x: 0, y: 0, width: 1, height: 1 };
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(part.width * width));
  canvas.height = Math.max(1, Math.round(part.height * height));
  const drawing = canvas.getContext("2d");
  if (drawing === null) throw new Error("This browser cannot draw pictures.");
  drawing.drawImage(
    source,
    part.x * width,
    part.y * height,
    canvas.width,
    canvas.height,
    0,
    0,
    canvas.width,
    canvas.height,
  );
  return await new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The picture could not be drawn."))), "image/png");
  });
}
