import { readFileSync } from 'node:fs'
import { faultInWords, readDocument } from '../../core/document/index.ts'
import { ConfigError } from './config-error.ts'
import { configSchema, type ServerConfig } from './schema.ts'

const largestFileBytes = 64 * 1024

/**
 * Reads and checks a configuration file.
 * @throws ConfigError naming the file, and line and column where it has one.
 */
export function readConfig(file: string): ServerConfig {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException
    const advice = code === 'ENOENT' ? '; bootlatch-server init writes one into its data folder' : ''
    throw new ConfigError({ file }, `cannot be read (${code})${advice}`, { cause })
  }
  return parseConfig(text, file)
}

/**
 * Checks the text of a configuration file.
 * @throws ConfigError
 */
export function parseConfig(text: string, file: string): ServerConfig {
  const { value } = readDocument(text, {
    schema: configSchema,
    maxCharacters: largestFileBytes,
    refuse: ({ line, column, ...fault }) => new ConfigError({ file, line, column }, faultInWords(fault)),
  })
  return value
}
