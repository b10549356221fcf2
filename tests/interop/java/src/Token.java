import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cloudevents.CloudEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

/**
 * Authenticates a member by a JWT (RFC 7519) or a JWS over an event (RFC 7515, appendix F), signed with its Ed25519 key
 * (RFC 8037), with the JDK only.
 */
final class Token {
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
  /** The longest lifetime of a token is an hour. */
  private static final long LIFE_SECONDS = 600;

  private final JsonNode keys;

  /**
   * The file of JWKs by country, which a development engine creates at its first start. A real member has only its own
   * key.
   */
  Token(Path keys) throws IOException {
    this.keys = Json.MAPPER.readTree(Files.readString(keys));
  }

  String of(String country, String role, String person) throws GeneralSecurityException {
    JsonNode key = keyOf(country);
    long now = Instant.now().getEpochSecond();
    String header = Json.object().put("alg", "EdDSA").put("typ", "JWT").put("kid", key.get("kid").asText()).toString();
    String claims =
        Json.object()
            .put("iss", country)
            .put("sub", person)
            .put("role", role)
            .put("aud", "holdfast")
            .put("iat", now)
            .put("exp", now + LIFE_SECONDS)
            .put("jti", UUID.randomUUID().toString())
            .toString();
    String signed = base64url(header) + "." + base64url(claims);
    return signed + "." + signatureOf(signed, key);
  }

  /** The header `signature` of a record: over id, source, type and data of its event. */
  String over(CloudEvent event, String country, String role, String person) throws GeneralSecurityException, IOException {
    JsonNode key = keyOf(country);
    long now = Instant.now().getEpochSecond();
    String header =
        base64url(
            Json.object()
                .put("alg", "Ed25519")
                .put("typ", "holdfast-event+jws")
                .put("kid", key.get("kid").asText())
                .put("iss", country)
                .put("sub", person)
                .put("role", role)
                .put("aud", "holdfast")
                .put("iat", now)
                .put("exp", now + LIFE_SECONDS)
                .toString());
    ObjectNode said = Json.object().put("id", event.getId()).put("source", event.getSource().toString()).put("type", event.getType());
    said.set("data", Json.dataOf(event));
    return header + ".." + signatureOf(header + "." + base64url(Json.canonical(said)), key);
  }

  private static String signatureOf(String text, JsonNode key) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(privateKeyOf(key));
    signature.update(text.getBytes(StandardCharsets.US_ASCII));
    return BASE64URL.encodeToString(signature.sign());
  }

  private JsonNode keyOf(String country) {
    for (JsonNode member : keys.get("members")) if (member.get("country").asText().equals(country)) return member.at("/keys/keys/0");
    throw new IllegalArgumentException("there is no key of " + country);
  }

  private static PrivateKey privateKeyOf(JsonNode key) throws GeneralSecurityException {
    byte[] seed = Base64.getUrlDecoder().decode(key.get("d").asText());
    return KeyFactory.getInstance("Ed25519").generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
  }

  private static String base64url(String text) {
    return BASE64URL.encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
