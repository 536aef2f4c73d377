import { isAbsolute } from 'node:path'
import { InvalidArgumentError, Option } from 'commander'
import { documentProgram } from './document-program.ts'
import { googleMetadata } from './google-metadata.ts'
import type { PlatformSource } from './platform-source.ts'

/** `--platform-document`: where the document of this machine's instance comes from. */
export function platformOption(): Option {
  return new Option(
    '--platform-document <source>',
    'who vouches for the instance: gcp, or a program (absolute path) that prints a document for the nonce it is given',
  ).argParser(platformSourceOf)
}

/** Reads the option; an address for `gcp` (gcp=http://…) is for where the usual one is not reached. */
export function platformSourceOf(text: string): PlatformSource {
  if (isAbsolute(text)) return documentProgram(text)
  const google = /^gcp(?:=(http:\/\/[^\s/]+))?$/.exec(text)
  const address = google?.[1]
  if (google === null || (address !== undefined && !URL.canParse(address)))
    throw new InvalidArgumentError('give gcp, gcp=http://HOST:PORT, or the absolute path of a program')
  return googleMetadata(address)
}
