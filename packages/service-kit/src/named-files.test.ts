import { join } from 'node:path'
import { configSchemaWithPort } from '@holdfast/runtime'
import { expect, test } from 'vitest'
import { problemsOfFiles } from './named-files.ts'

test.each(['HOLDFAST_SECRET_FILE', 'HOLDFAST_MASTER_KEYS_FILE', 'HOLDFAST_PROFILES'])(
  'a file that %s names and that is missing is refused with the setting and the way back',
  setting => {
    const path = join(import.meta.dirname, 'nowhere')
    const config = configSchemaWithPort(0).parse({ [setting]: path })
    expect(problemsOfFiles(config)).toEqual([`${setting}: ${path} is missing. Put the file back, or correct the setting, and start again`])
  },
)
