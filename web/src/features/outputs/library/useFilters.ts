import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import { type Filters, fromParams, toParams } from "./filters";

/** The filters of the address, so that going back gives back what was seen. */
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
