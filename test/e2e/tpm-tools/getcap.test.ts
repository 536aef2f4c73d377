import { expect } from 'chai'
import { parse } from 'yaml'
import { Scratch } from './scratch.ts'
import { Tools } from './tools.ts'
import { newTpmFolder, serveTpm, startSwtpm } from './tpm-process.ts'

type Shown = Readonly<Record<string, unknown>>

/** Properties in which we mean to differ: who the maker is, and the number of commands. */
const ownProperties = new Set([
  'TPM2_PT_MANUFACTURER',
  'TPM2_PT_VENDOR_STRING_1',
  'TPM2_PT_VENDOR_STRING_2',
  'TPM2_PT_VENDOR_STRING_3',
  'TPM2_PT_VENDOR_STRING_4',
  'TPM2_PT_VENDOR_TPM_TYPE',
  'TPM2_PT_FIRMWARE_VERSION_1',
  'TPM2_PT_FIRMWARE_VERSION_2',
  'TPM2_PT_TOTAL_COMMANDS',
  'TPM2_PT_LIBRARY_COMMANDS',
])

describe('tpm2_getcap on bootlatch-agent tpm serve and on swtpm', () => {
  const scratch = new Scratch()
  let ours: Tools
  let reference: Tools

  before(async () => {
    const [folder, other] = [scratch.folder(), scratch.folder()]
    newTpmFolder(folder)
    ours = new Tools(folder, (await scratch.started(serveTpm(folder))).port)
    reference = new Tools(other, (await scratch.started(startSwtpm(other))).port)
    for (const tools of [ours, reference]) await tools.run('startup', '-c')
  })

  async function both(capability: string): Promise<readonly [Shown, Shown]> {
    const shown = await Promise.all([ours, reference].map((tools) => tools.run('getcap', capability)))
    return shown.map((text) => (parse(text) ?? {}) as Shown) as unknown as readonly [Shown, Shown]
  }

  for (const capability of ['algorithms', 'commands', 'ecc-curves'] as const) {
    it(`${capability}: what both have is the same, and we have nothing of our own`, async () => {
      const [own, known] = await both(capability)
      expect(Object.keys(own)).to.not.be.empty
      for (const [name, attributes] of Object.entries(own))
        expect({ [name]: attributes }).to.deep.equal({ [name]: known[name] })
      const order = Object.keys(known).filter((name) => name in own)
      expect(Object.keys(own)).to.deep.equal(order)
    })
  }

  it('pcrs: the same banks', async () => {
    const [own, known] = await both('pcrs')
    expect(own).to.deep.equal(known)
  })

  it('properties-fixed: the same but for what names the maker', async () => {
    const [own, known] = await both('properties-fixed')
    expect(Object.keys(own)).to.deep.equal(Object.keys(known))
    for (const [name, value] of Object.entries(known))
      if (!ownProperties.has(name)) expect({ [name]: own[name] }).to.deep.equal({ [name]: value })
  })

  it('properties-variable: the same properties', async () => {
    const [own, known] = await both('properties-variable')
    expect(Object.keys(own)).to.deep.equal(Object.keys(known))
    for (const [flag, value] of Object.entries(known['TPM2_PT_STARTUP_CLEAR'] as Shown))
      // Without TPM2_Shutdown a power cycle is not orderly, whether or not it changed anything.
      if (flag !== 'orderly') expect((own['TPM2_PT_STARTUP_CLEAR'] as Shown)[flag]).to.equal(value)
    for (const name of ['TPM2_PT_PERMANENT', 'TPM2_PT_HR_TRANSIENT_AVAIL', 'TPM2_PT_HR_LOADED_AVAIL'])
      expect({ [name]: own[name] }).to.deep.equal({ [name]: known[name] })
  })

  for (const capability of [
    'handles-transient',
    'handles-persistent',
    'handles-permanent',
    'handles-pcr',
    'handles-nv-index',
    'handles-loaded-session',
    'handles-saved-session',
  ]) {
    it(`${capability}: the same on a new TPM`, async () => {
      const [own, known] = await both(capability)
      expect(own).to.deep.equal(known)
    })
  }
})
