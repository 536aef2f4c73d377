import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A stock tool that ended with another code than 0. */
export class ToolError extends Error {
  override readonly name = 'ToolError'
  readonly code: number | string | undefined
  readonly stderr: string
  constructor(tool: string, code: number | string | undefined, stderr: string) {
    super(`${tool} ended with ${code ?? 'a signal'}: ${stderr}`)
    this.code = code
    this.stderr = stderr
  }
}

/** A tool that takes longer has lost its TPM. */
const toolTimeoutMs = 20_000

/** The stock tpm2-tools, working in one folder on the TPM behind one port. */
export class Tools {
  readonly folder: string
  readonly #port: number

  constructor(folder: string, port: number) {
    this.folder = folder
    this.#port = port
  }

  /**
   * Runs `tpm2_NAME` and returns what it printed.
   * @throws ToolError
   */
  run(name: string, ...parameters: readonly string[]): Promise<string> {
    const tool = `tpm2_${name}`
    const options = {
      cwd: this.folder,
      timeout: toolTimeoutMs,
      env: {
        PATH: process.env['PATH'],
        TPM2TOOLS_TCTI: `swtpm:host=127.0.0.1,port=${this.#port}`,
        TSS2_LOG: 'all+NONE',
      },
    }
    return new Promise((resolve, reject) => {
      execFile(tool, parameters, options, (error, stdout, stderr) => {
        if (error === null) resolve(stdout)
        else reject(new ToolError([tool, ...parameters].join(' '), error.code ?? undefined, stderr))
      })
    })
  }

  /** Runs a tool that must fail; resolves with what it says on stderr. */
  async refused(name: string, ...parameters: readonly string[]): Promise<string> {
    try {
      await this.run(name, ...parameters)
    } catch (error) {
      if (!(error instanceof ToolError) || typeof error.code !== 'number') throw error
      // A tool that fails leaves its session behind.
      await this.run('flushcontext', '--loaded-session')
      return error.stderr
    }
    throw new Error(`tpm2_${name} ${parameters.join(' ')} must fail`)
  }

  /** Forgets loaded objects: the tools do not, without a resource manager. */
  async flush(): Promise<void> {
    await this.run('flushcontext', '--transient-object')
  }

  write(name: string, content: string | Uint8Array): void {
    writeFileSync(join(this.folder, name), content)
  }

  read(name: string): Buffer {
    return readFileSync(join(this.folder, name))
  }
}
