import io.openlineage.client.OpenLineage;
import io.openlineage.client.OpenLineageClient;
import io.openlineage.client.transports.ApiKeyTokenProvider;
import io.openlineage.client.transports.HttpConfig;
import io.openlineage.client.transports.HttpTransport;
import java.net.URI;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.UUID;

/** Sends a START and a COMPLETE of one run to the URL and with the key that it is given, packed with gzip. */
class Sender {
  public static void main(String[] arguments) throws Exception {
    ApiKeyTokenProvider key = new ApiKeyTokenProvider();
    key.setApiKey(arguments[1]);
    HttpConfig config = new HttpConfig();
    config.setUrl(URI.create(arguments[0]));
    config.setAuth(key);
    config.setCompression(HttpConfig.Compression.GZIP);
    OpenLineage made = new OpenLineage(URI.create("https://producer.example"));
    UUID run = UUID.randomUUID();
    try (OpenLineageClient client = new OpenLineageClient(new HttpTransport(config))) {
      client.emit(event(made, run, OpenLineage.RunEvent.EventType.START, List.of(users(made)), List.of()));
      client.emit(event(made, run, OpenLineage.RunEvent.EventType.COMPLETE, List.of(), List.of(features(made))));
    }
  }

  private static OpenLineage.RunEvent event(
      OpenLineage made,
      UUID run,
      OpenLineage.RunEvent.EventType type,
      List<OpenLineage.InputDataset> inputs,
      List<OpenLineage.OutputDataset> outputs) {
    return made.newRunEventBuilder()
        .eventType(type)
        .eventTime(ZonedDateTime.of(2026, 3, 1, 8, 0, 0, 0, ZoneOffset.UTC))
        .run(made.newRunBuilder().runId(run).build())
        .job(made.newJobBuilder().namespace("java").name("features").build())
        .inputs(inputs)
        .outputs(outputs)
        .build();
  }

  private static OpenLineage.InputDataset users(OpenLineage made) {
    return made.newInputDatasetBuilder()
        .namespace("postgres://db.example:5432")
        .name("shop.public.users")
        .facets(
            made.newDatasetFacetsBuilder()
                .schema(
                    made.newSchemaDatasetFacet(
                        List.of(
                            made.newSchemaDatasetFacetFieldsBuilder().name("email").type("text").build(),
                            made.newSchemaDatasetFacetFieldsBuilder().name("city").type("text").build())))
                .build())
        .build();
  }

  private static OpenLineage.OutputDataset features(OpenLineage made) {
    OpenLineage.InputField email =
        made.newInputFieldBuilder()
            .namespace("postgres://db.example:5432")
            .name("shop.public.users")
            .field("email")
            .transformations(
                List.of(
                    made.newInputFieldTransformationsBuilder()
                        .type("DIRECT")
                        .subtype("TRANSFORMATION")
                        .masking(true)
                        .build()))
            .build();
    return made.newOutputDatasetBuilder()
        .namespace("s3://lake.example")
        .name("features")
        .facets(
            made.newDatasetFacetsBuilder()
                .columnLineage(
                    made.newColumnLineageDatasetFacetBuilder()
                        .fields(
                            made.newColumnLineageDatasetFacetFieldsBuilder()
                                .put(
                                    "email_hash",
                                    made.newColumnLineageDatasetFacetFieldsAdditionalBuilder()
                                        .inputFields(List.of(email))
                                        .build())
                                .build())
                        .build())
                .build())
        .build();
  }
}
