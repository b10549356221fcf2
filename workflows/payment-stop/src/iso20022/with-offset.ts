/** CBPR+ wants UTC as +00:00 and not as Z. */
export const withOffset = (dateTime: string): string => dateTime.replace(/Z$/, '+00:00')
