import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import { type Filters, fromParams, toParams } from "./filters";

/** Filters kept in the address, so that the browser's Back button restores the view. */
export function useFilters(): [Filters, (change: Partial<Filters>, replace?: boolean) => void] {
  const [params, setParams] = useSearchParams();
  const text = params.toString();
  const filters = useMemo(() => fromParams(new URLSearchParams(text)), [text]);
  const change = useCallback(
    (change: Partial<Filters>, replace = false) => setParams(toParams({ ...filters, ...change }), { replace }),
    [filters, setParams],
  );
  return [filters, change];
}
