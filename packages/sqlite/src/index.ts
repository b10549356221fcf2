export { openSqlite, type SqliteFile, type SqliteOptions } from './sqlite-file.ts'
