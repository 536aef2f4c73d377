import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { drawBootToken } from '../../../../agent/authorize/draw-boot-token.ts'
import { DiskFolder, MachineFolder } from '../../../../agent/config/index.ts'

const token = (fill: number) => new Uint8Array(32).fill(fill)
const hash = (bytes: Uint8Array) => Uint8Array.from(createHash('sha256').update(bytes).digest())

describe('drawBootToken', () => {
  let path: string
  let machine: MachineFolder
  let drawn: number
  const random = (size: number) => new Uint8Array(size).fill(++drawn)

  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'bootlatch-tokens-'))
    machine = new MachineFolder(new DiskFolder(path))
    machine.keepBootTokens([token(1)])
    drawn = 1
  })
  afterEach(() => {
    rmSync(path, { recursive: true })
  })

  it('has the new token on the disk before it is offered, and shows only older ones', () => {
    const { shown, nextHash } = drawBootToken(machine, random)
    expect(machine.bootTokens()).to.deep.equal([token(1), token(2)])
    expect(shown).to.deep.equal([token(1)])
    expect(nextHash).to.deep.equal(hash(token(2)))
  })

  it('shows what was offered before and had no answer', () => {
    drawBootToken(machine, random)
    expect(drawBootToken(machine, random).shown).to.deep.equal([token(1), token(2)])
  })

  it('keeps only the new one once it is confirmed', () => {
    drawBootToken(machine, random)
    drawBootToken(machine, random).confirm()
    expect(machine.bootTokens()).to.deep.equal([token(3)])
  })

  it('keeps the others when it is withdrawn', () => {
    drawBootToken(machine, random).withdraw()
    expect(machine.bootTokens()).to.deep.equal([token(1)])
  })

  it('stays within what the server reads, however many answers are lost, and forgets none it may need', () => {
    for (let lost = 0; lost < 100; lost++) drawBootToken(machine, random)
    const tokens = machine.bootTokens()
    expect(tokens).to.have.length(64)
    expect(tokens[0]).to.deep.equal(token(1))
    const again = drawBootToken(machine, random)
    expect(again.shown).to.deep.equal(tokens)
    expect(again.nextHash).to.deep.equal(hash(tokens[63]!))
    again.withdraw()
    expect(machine.bootTokens()).to.deep.equal(tokens)
  })
})
