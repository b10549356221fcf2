/** `1234567` is `1,234,567`. A loop, as the regular expression for this looks at each digit once for every digit behind it. */
export function groupDigits(whole: string): string {
  const groups: string[] = []
  for (let end = whole.length; end > 0; end -= 3) groups.unshift(whole.slice(Math.max(0, end - 3), end))
  return groups.join(',')
}
