import type { QueryClient } from "@tanstack/react-query";
import { assetQuery } from "@/shared/library";
import { type Waveform, waveformOf } from "../model/waveform";
import { readPeaks, readStrip } from "../server/calls";
import { Fetched } from "./fetched";

/** A decoded strip takes about a quarter of a megabyte. */
const MOST_STRIPS = 200;

/** Pictures and waveforms of files; null while loading, or where there is none. */
export interface Pictures {
  thumbnail: (asset: string) => CanvasImageSource | null;
  /** Frames of a video, side by side. */
  strip: (asset: string) => ImageBitmap | null;
  waveform: (asset: string) => Waveform | null;
}

export function picturesOf(queries: QueryClient, changed: () => void): Pictures {
  const thumbnail = async (asset: string) => {
    const { urls } = await queries.fetchQuery(assetQuery(asset));
    if (urls.thumbnail === null) return null;
    const picture = new Image();
    picture.src = urls.thumbnail;
    await picture.decode();
    return picture;
  };
  const strip = async (asset: string) => await createImageBitmap(await readStrip(asset));
  const waveform = async (asset: string) => waveformOf(await readPeaks(asset));
  return {
    thumbnail: new Fetched(thumbnail, changed).get,
    strip: new Fetched(strip, changed, MOST_STRIPS).get,
    waveform: new Fetched(waveform, changed).get,
  };
}
