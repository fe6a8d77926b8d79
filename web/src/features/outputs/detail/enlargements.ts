import type { Schemas } from "@/shared/api/client";

export type Enlargement = Pick<Schemas["UpscaleRequest"], "scale" | "resolution">;

type Resolution = NonNullable<Enlargement["resolution"]>;

const SCALES = [2, 3, 4];
const SHORTER_SIDES: Record<Resolution, number> = { "1080p": 1080, "1440p": 1440, "2160p": 2160, "4320p": 4320 };
const ALSO_CALLED: Partial<Record<string, string>> = { "2160p": "4K (2160p)", "4320p": "8K (4320p)" };
const MOST_SIDE = 8192;

/** One way to enlarge a clip, with the resulting size; `playable` says whether the server accepts it. */
export interface Choice {
  wanted: Enlargement;
  width: number;
  height: number;
  playable: boolean;
}

/** Scales, then resolutions larger than the clip. */
export function choices(width: number, height: number): Choice[] {
  const shorter = Math.min(width, height);
  const resolutions = (Object.keys(SHORTER_SIDES) as Resolution[]).filter((each) => SHORTER_SIDES[each] > shorter);
  return [
    ...SCALES.map((scale) => choice({ scale }, width * scale, height * scale)),
    ...resolutions.map((resolution) => {
      const side = SHORTER_SIDES[resolution];
      return choice({ resolution }, Math.floor((width * side) / shorter), Math.floor((height * side) / shorter));
    }),
  ];
}

/** The common name of a resolution. */
export function called(resolution: string): string {
  return ALSO_CALLED[resolution] ?? resolution;
}

function choice(wanted: Enlargement, width: number, height: number): Choice {
  const even = { width: width - (width % 2), height: height - (height % 2) };
  return { wanted, ...even, playable: Math.max(even.width, even.height) <= MOST_SIDE };
}
