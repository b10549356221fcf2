import { runService } from '@holdfast/service-kit'
import { dispatch } from './app.ts'

await runService(dispatch, process.env)
