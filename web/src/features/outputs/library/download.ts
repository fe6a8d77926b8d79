/** What saving a file needs. */
export interface Downloadable {
  name: string;
  urls: { file: string };
}

const PAUSE_MS = 500;

/** Saves files one after another, because browsers drop downloads that start all at once. */
export async function download(files: readonly Downloadable[]): Promise<void> {
  for (const [index, file] of files.entries()) {
    if (index > 0) await new Promise((resolve) => window.setTimeout(resolve, PAUSE_MS));
    const link = document.createElement("a");
    link.href = file.urls.file;
    link.download = file.name;
    link.click();
  }
}
