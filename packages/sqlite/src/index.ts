export { DamagedFileError } from './damage.ts'
export { filesOf } from './open-exclusively.ts'
export { checkedAtOnceBytesMax, openSqlite, type SqliteFile, type SqliteOptions } from './sqlite-file.ts'
