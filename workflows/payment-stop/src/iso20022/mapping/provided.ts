/** What banks write where they must write something and have nothing. */
export const notProvided = 'NOTPROVIDED'

/** A text, unless it only says that there is none. */
export const provided = (text: string | undefined) => (text === notProvided ? undefined : text)

/** A time that says where it is counted: one without its offset is no instant. */
export const withItsOffset = (dateTime: string | undefined) => (dateTime && /(Z|[+-]\d\d:\d\d)$/.test(dateTime) ? dateTime : undefined)
