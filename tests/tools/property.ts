import fc from 'fast-check';

/** Each run draws the same cases, so that a change decides and not chance; `FUZZ_SEED=n` draws others. */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.FUZZ_SEED ?? 20_261_122) });

export { default } from 'fast-check';
