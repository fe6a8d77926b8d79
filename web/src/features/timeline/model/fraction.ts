/** An exact rational number `over / under` in lowest terms, with `under` above 0. */
export interface Fraction {
  over: bigint;
  under: bigint;
}

export const ZERO: Fraction = { over: 0n, under: 1n };
export const ONE: Fraction = { over: 1n, under: 1n };

/** Parses `24`, `1/2` or `-24000/1001`, as projects write them. */
export function fraction(text: string | number): Fraction {
  const [over = "0", under = "1"] = String(text).trim().split("/");
  return reduced(BigInt(over), BigInt(under));
}

export function reduced(over: bigint, under: bigint): Fraction {
  if (under === 0n) throw new RangeError("A fraction divides by 0.");
  const sign = under < 0n ? -1n : 1n;
  const shared = greatestDivisor(over < 0n ? -over : over, under * sign);
  return { over: (sign * over) / shared, under: (sign * under) / shared };
}

export function written({ over, under }: Fraction): string {
  return under === 1n ? String(over) : `${over}/${under}`;
}

export const plus = (one: Fraction, other: Fraction): Fraction =>
  reduced(one.over * other.under + other.over * one.under, one.under * other.under);
export const minus = (one: Fraction, other: Fraction): Fraction => plus(one, negative(other));
export const times = (one: Fraction, other: Fraction): Fraction =>
  reduced(one.over * other.over, one.under * other.under);
export const divided = (one: Fraction, other: Fraction): Fraction =>
  reduced(one.over * other.under, one.under * other.over);
export const negative = ({ over, under }: Fraction): Fraction => ({ over: -over, under });
export const whole = (value: number): Fraction => ({ over: BigInt(Math.trunc(value)), under: 1n });

/** Negative, 0 or positive if the first is less than, equal to or greater than the second. */
export function compared(one: Fraction, other: Fraction): number {
  const difference = one.over * other.under - other.over * one.under;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function floor({ over, under }: Fraction): number {
  const quotient = over / under;
  return Number(over < 0n && quotient * under !== over ? quotient - 1n : quotient);
}

export function ceil(value: Fraction): number {
  return -floor(negative(value)) || 0;
}

export function toNumber({ over, under }: Fraction): number {
  return Number(over) / Number(under);
}

function greatestDivisor(one: bigint, other: bigint): bigint {
  while (other > 0n) [one, other] = [other, one % other];
  return one === 0n ? 1n : one;
}
