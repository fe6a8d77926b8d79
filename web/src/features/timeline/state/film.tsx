import { createContext, type ReactNode, useContext } from "react";
import type { Fraction } from "../model/fraction";
import type { Project, Timeline } from "../model/project";
import type { ProjectAnswer } from "../server/calls";
import type { Edits } from "../server/edits";

/** The open film and its edits. */
export interface Film {
  answer: ProjectAnswer;
  project: Project;
  timeline: Timeline;
  rate: Fraction;
  duration: number;
  edits: Edits;
  mayWrite: boolean;
}

const FilmContext = createContext<Film | null>(null);

export function FilmProvider({ film, children }: { film: Film; children: ReactNode }) {
  return <FilmContext value={film}>{children}</FilmContext>;
}

export function useFilm(): Film {
  const film = useContext(FilmContext);
  if (film === null) throw new Error("There is no film here.");
  return film;
}
