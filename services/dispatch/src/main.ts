import { keepCompiled } from '@holdfast/runtime/keep-compiled'

keepCompiled(process.env)
const [{ runService }, { dispatch }] = await Promise.all([import('@holdfast/service-kit'), import('./app.ts')])
await runService(dispatch, process.env)
