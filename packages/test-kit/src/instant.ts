/** Milliseconds since 1970 with fractions: the same in all processes of this machine, unlike `performance.now()`. */
export const instantMs = (): number => performance.timeOrigin + performance.now()
