import io.openlineage.client.*;
import io.openlineage.client.transports.*;
import java.net.URI; import java.time.*; import java.util.*;

public class Emit {
  public static void main(String[] a) throws Exception {
    OpenLineage ol = new OpenLineage(URI.create("https://jobs.example/features"));
    FileConfig config = new FileConfig(); config.setLocation(a[0]);
    OpenLineageClient client = OpenLineageClient.builder().transport(new FileTransport(config)).build();
    UUID run = UUID.fromString("01933f6e-0000-7000-8000-0000000000aa");
    OpenLineage.Job job = ol.newJobBuilder().namespace("spark").name("features.daily").build();
    OpenLineage.InputDataset in = ol.newInputDatasetBuilder().namespace("postgres://db.example:5432").name("shop.public.users")
      .facets(ol.newDatasetFacetsBuilder().schema(ol.newSchemaDatasetFacet(List.of(
          ol.newSchemaDatasetFacetFieldsBuilder().name("email").type("string").description("login").build(),
          ol.newSchemaDatasetFacetFieldsBuilder().name("city").type("string").build()))).build()).build();
    client.emit(ol.newRunEventBuilder().eventType(OpenLineage.RunEvent.EventType.START)
      .eventTime(ZonedDateTime.of(2026,3,1,9,0,0,123456789,ZoneOffset.ofHours(1))).run(ol.newRun(run, null)).job(job).inputs(List.of(in)).outputs(List.of()).build());
    OpenLineage.InputField email = ol.newInputFieldBuilder().namespace("postgres://db.example:5432").name("shop.public.users").field("email")
      .transformations(List.of(ol.newInputFieldTransformationsBuilder().type("DIRECT").subtype("TRANSFORMATION").description("").masking(true).build())).build();
    OpenLineage.InputField city = ol.newInputFieldBuilder().namespace("postgres://db.example:5432").name("shop.public.users").field("city")
      .transformations(List.of(ol.newInputFieldTransformationsBuilder().type("INDIRECT").subtype("FILTER").description("").masking(false).build())).build();
    OpenLineage.OutputDataset out = ol.newOutputDatasetBuilder().namespace("s3://lake").name("features/users")
      .facets(ol.newDatasetFacetsBuilder()
        .columnLineage(ol.newColumnLineageDatasetFacetBuilder()
          .fields(ol.newColumnLineageDatasetFacetFieldsBuilder().put("email_hash", ol.newColumnLineageDatasetFacetFieldsAdditionalBuilder().inputFields(List.of(email)).build()).build())
          .dataset(List.of(city)).build())
        .symlinks(ol.newSymlinksDatasetFacet(List.of(ol.newSymlinksDatasetFacetIdentifiersBuilder().namespace("hive://metastore.example:9083").name("reco.users").type("TABLE").build())))
        .build()).build();
    client.emit(ol.newRunEventBuilder().eventType(OpenLineage.RunEvent.EventType.COMPLETE)
      .eventTime(ZonedDateTime.of(2026,3,1,9,5,0,0,ZoneOffset.ofHours(1))).run(ol.newRun(run, null)).job(job).inputs(List.of()).outputs(List.of(out)).build());
    client.close();
  }
}
