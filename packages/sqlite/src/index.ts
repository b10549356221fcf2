export { DamagedFileError } from './damage.ts'
export { filesOf } from './open-exclusively.ts'
export { openSqlite } from './open-sqlite.ts'
export { checkedAtOnceBytesMax, type SqliteFile, type SqliteOptions } from './sqlite-file.ts'
