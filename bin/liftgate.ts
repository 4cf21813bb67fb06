#!/usr/bin/env node
import './cache.ts';
import { Command, Option } from 'commander';
import { messageOf } from '../protocols/error.ts';

/** Reads the words, starts the room, nothing else. Exit code 0, 1 (it failed) or 2 (wrong use or wrong configuration). */
const program = new Command('liftgate')
  .description('Workshop gateway: bay truth, car identity, predictive maintenance and a live wall.')
  .version('0.1.0')
  .showHelpAfterError('(liftgate --help shows the commands)')
  .exitOverride();

const json = new Option('--json', 'print JSON for programs');

program
  .command('demo')
  .description('the whole system on this machine with a simulated workshop')
  .option('--folder <path>', 'where its data is kept', 'data/demo')
  .option('--day <file>', 'the scripted day', 'simulators/days/demo.yaml')
  .option('--speed <factor>', 'how much faster than real time the day goes', '1')
  .option('--keep', 'go on with the data of the last demo')
  .option('--port <port>', 'port of the wall; the cloud takes the tenth, the broker the twentieth after it', '8480')
  .action(async (options) => end(await (await import('./demo.ts')).run(options)));

program
  .command('gateway')
  .description('the on-site gateway')
  .requiredOption('--config <file>', 'its configuration (YAML)')
  .action(async (options) => end(await (await import('./gateway.ts')).run(options)));

program
  .command('cloud')
  .description('the cloud: API, service and CRM modules, console, board')
  .option('--config <file>', 'its configuration (YAML); left out: all defaults')
  .action(async (options) => end(await (await import('./cloud.ts')).run(options)));

program
  .command('simulate')
  .description('device simulators that play a scripted day on their real wires')
  .argument('<day>', 'the day (YAML)')
  .option('--truth <file>', 'write what really happened, as JSON lines')
  .option('--config <file>', 'write the gateway configuration that fits these devices')
  .option('--port <port>', 'port of the pages in that configuration', '8480')
  .option('--broker-port <port>', 'port at which the gateway will have its MQTT broker', '1883')
  .option('--speed <factor>', 'how much faster than real time the day goes', '1')
  .action(async (day, options) => end(await (await import('./simulate.ts')).run(day, options)));

program
  .command('score')
  .description('how right the bays were: a log of events held against the truth, or the engine on seeded days')
  .option('--truth <file>', 'what really happened, as JSON lines (liftgate simulate --truth writes them)')
  .option('--events <file>', 'what was told: CloudEvents as JSON lines')
  .option('--seeded', 'simulated days of many workshops, sensors and errors instead of files')
  .option('--sets <names>', 'with --seeded: only these sensors, parted by ;')
  .option('--errors <names>', 'with --seeded: only these errors, parted by ;')
  .option('--bay-days <n>', 'with --seeded: of each sensor set and error', '200')
  .option('--seed <n>', 'with --seeded: seed of the first day', '1')
  .option('--fleet', 'how early and how right the flags of a simulated fleet are, instead of the bays')
  .option('--years <n>', 'with --fleet: vehicle-years to report on', '500')
  .addOption(json)
  .action(async (options) =>
    end(
      await (options.fleet
        ? (await import('./score-fleet.ts')).run(options)
        : (await import('./score.ts')).run(options)),
    ),
  );

program
  .command('validate')
  .description('check a configuration and show all its mistakes at once')
  .argument('<file>', 'a gateway or cloud configuration (YAML)')
  .addOption(json)
  .action(async (file, options) => end(await (await import('./validate.ts')).run(file, options)));

program
  .command('detect')
  .description('score each row of a series by how unusual it is after the rows before it, 0 to 1')
  .requiredOption('--input <file>', 'the series (CSV)')
  .option('--time <column>', 'its column of times; a series may also be without', 'timestamp')
  .option('--value <column>', 'its column of values', 'value')
  .option('--output <file>', 'where to write time, value and anomaly_score (CSV); left out: to the terminal')
  .action(async (options) => end(await (await import('./detect.ts')).run(options)));

program
  .command('forecast')
  .description('learn from histories that ran until failure how much life is left of others')
  .requiredOption('--train <file>', 'histories until failure (CSV): unit, cycle and any columns of numbers')
  .requiredOption('--test <file>', 'histories that go on (CSV), the same columns')
  .requiredOption('--unit <column>', 'the column that names the unit')
  .requiredOption('--cycle <column>', 'the column that counts its cycles, hours or kilometres')
  .option('--rul <file>', 'true lives left, to say how far off the forecast was')
  .addOption(json)
  .action(async (options) => end(await (await import('./forecast.ts')).run(options)));

program
  .command('flags')
  .description('what recorded drives of one car say of its parts: all flags, their evidence, what was missing')
  .argument('[files...]', 'more logs of the same car, in order')
  .requiredOption(
    '--vehicle <file>',
    'a drive log (CSV) of any program: a column for each value, or time, name and value',
  )
  .option('--map <file>', 'columns that are not understood by their names (YAML): heading: signal')
  .addOption(json)
  .action(async (files, options) => end(await (await import('./flags.ts')).run(files, options)));

program
  .command('vin')
  .description('read a VIN: maker, year, plant, check digit')
  .argument('<text>', 'the VIN, or the text of its label')
  .addOption(json)
  .action(async (text, options) => end(await (await import('./vin.ts')).run(text, options)));

const obd = program.command('obd').description('a car over an ELM327-compatible adapter');
const obdPort = new Option('--port <port>', 'serial path or tcp://HOST:PORT of the adapter').makeOptionMandatory();
const obdBaud = new Option('--baud <rate>', 'first rate to try on a serial port, in bit/s').default('38400');
obd
  .command('scan')
  .description('all that the car tells without being changed: control units, codes, values, monitors')
  .addOption(obdPort)
  .addOption(obdBaud)
  .option('--raw', 'with --json: every command and its reply as "frames"')
  .option('--profile <file>', "a maker's own parameters, YAML; see config/examples/obd-profile.yaml")
  .option('--lang <lang>', 'language of the report for people, zh-CN or en; left out: as LANG says')
  .option('--codes <file>', 'your own texts for trouble codes, CSV (code,en,zh,severity) or YAML')
  .addOption(json)
  .action(async (options) => end(await (await import('./obd.ts')).scan(options)));
obd
  .command('clear')
  .description('clear the trouble codes: shows what is lost, and asks')
  .addOption(obdPort)
  .addOption(obdBaud)
  .option('--yes', 'do not ask: the codes of this very car shall be cleared')
  .addOption(json)
  .action(async (options) => end(await (await import('./obd-clear.ts')).clear(options)));
obd
  .command('watch')
  .description('live values, and how many came in which time')
  .addOption(obdPort)
  .addOption(obdBaud)
  .option('--pids <names>', 'what to ask for', 'rpm,speed,coolant,load,throttle')
  .option('--seconds <n>', 'how long', '10')
  .option('--cap <n>', 'requests per second that a control unit may get; left out: as fast as the adapter allows')
  .addOption(json)
  .action(async (options) => end(await (await import('./obd.ts')).watch(options)));

program
  .command('discover')
  .description('look for cameras, serial ports and MQTT brokers that this machine can reach')
  .option('--seconds <n>', 'how long to listen for answers', '4')
  .addOption(json)
  .action(async (options) => end(await (await import('./discover.ts')).run(options)));

const camera = program.command('camera').description('bay cameras: listen, calibrate, classify');
camera
  .command('watch')
  .description('listen to a camera: one line for each change of a rule, and of its health')
  .requiredOption('--url <url>', 'its ONVIF device service')
  .requiredOption('--user <user>', 'ONVIF user')
  .requiredOption('--password <password>', 'and password')
  .option('--seconds <n>', 'how long', '60')
  .option('--fingerprint <sha256>', 'the certificate to trust over https')
  .addOption(json)
  .action(async (options) => end(await (await import('./camera.ts')).watch(options)));
camera
  .command('calibrate')
  .description('make a model of bays from at most 20 labelled pictures of each')
  .requiredOption('--labels <file>', 'CSV: path,label,region; label is occupied or empty, region x1 y1 x2 y2 …')
  .requiredOption('--out <file>', 'the model to write: measures and labels, no pictures')
  .addOption(json)
  .action(async (options) => end(await (await import('./camera-model.ts')).runCalibrate(options)));
camera
  .command('classify')
  .description('say of pictures whether the bay is occupied, and how often that is right')
  .requiredOption('--model <file>', 'a model of liftgate camera calibrate')
  .requiredOption('--images <file>', 'CSV: path,label,region; the label may be left empty')
  .addOption(json)
  .action(async (options) => end(await (await import('./camera-model.ts')).runClassify(options)));

const outbox = program
  .command('outbox')
  .description('the store of a gateway: what waits for the cloud, and is it sound?');
const ofStore = (command: Command) =>
  command
    .option('--config <file>', 'configuration of the gateway whose store it is')
    .option('--folder <path>', 'or the folder of the store itself');
const selected = (command: Command) =>
  ofStore(command)
    .option('--epoch <epoch>', 'of which epoch the numbers are; the present one if left out')
    .option('--from <n>', 'first number')
    .option('--to <n>', 'last number');
ofStore(
  outbox.command('inspect').description('epochs, numbers, what waits, what was refused; also while a gateway runs'),
)
  .addOption(json)
  .action(async (options) => end(await (await import('./outbox.ts')).inspect(options)));
ofStore(outbox.command('fsck').description('is every page and every number sound? also while a gateway runs'))
  .addOption(json)
  .action(async (options) => end(await (await import('./outbox.ts')).fsck(options)));
selected(outbox.command('export').description('events as CloudEvents, one JSON a line; also while a gateway runs'))
  .option('--state <state>', 'queued, dead (refused by the cloud) or all', 'queued')
  .action(async (options) => end(await (await import('./outbox.ts')).exportLines(options)));
selected(
  outbox
    .command('replay')
    .description('send events again; the cloud knows those that it has. With the gateway stopped'),
)
  .option('--dead', 'those that the cloud refused')
  .addOption(json)
  .action(async (options) => end(await (await import('./outbox.ts')).replay(options)));

function end(code: number): void {
  process.exitCode = code;
}

try {
  await program.parseAsync();
} catch (e) {
  const { code, exitCode } = e as { code?: string; exitCode?: number };
  if (code?.startsWith('commander.')) {
    process.exitCode = exitCode === 0 ? 0 : 2;
  } else {
    process.stderr.write(`liftgate: ${messageOf(e)}\n`);
    process.exitCode = code === 'config' ? 2 : 1;
  }
}
