export { samplePeople, type SampleCounts, type SampleOptions } from './sample-people';
export { writeSamplePeople } from './write-sample-people';
export { COLUMNS as SAMPLE_COLUMNS } from './spelling';
