export { EmbeddedSource } from './embedded.ts';
export { KafkaSink, type KafkaSinkOptions } from './kafka-sink.ts';
export { KafkaSource, type KafkaSourceOptions } from './kafka-source.ts';
export { checkTopic, type KafkaSettings, type KafkaTopic } from './kafka.ts';
export { Publisher, type PublisherOptions } from './publisher.ts';
export { LARGEST_BATCH_BYTES } from './topic-settings.ts';
export type { BusHandler, BusMessage, BusSink, BusSource } from './types.ts';
