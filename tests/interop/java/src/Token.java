import com.fasterxml.jackson.databind.JsonNode;
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

/** Bearer tokens of a member: a JWT (RFC 7519) signed with its Ed25519 key (RFC 8037), with nothing but the JDK. */
final class Token {
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
  /** A token may live an hour at most. */
  private static final long LIFE_SECONDS = 600;

  private final JsonNode keys;

  /** The file of JWKs by country: what a development engine makes at its first start, where a real member has a key of its own alone. */
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
    String signed = base64url(header.getBytes(StandardCharsets.UTF_8)) + "." + base64url(claims.getBytes(StandardCharsets.UTF_8));
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(privateKeyOf(key));
    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + base64url(signature.sign());
  }

  private JsonNode keyOf(String country) {
    for (JsonNode member : keys.get("members")) if (member.get("country").asText().equals(country)) return member.at("/keys/keys/0");
    throw new IllegalArgumentException("there is no key of " + country);
  }

  private static PrivateKey privateKeyOf(JsonNode key) throws GeneralSecurityException {
    byte[] seed = Base64.getUrlDecoder().decode(key.get("d").asText());
    return KeyFactory.getInstance("Ed25519").generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
  }

  private static String base64url(byte[] bytes) {
    return BASE64URL.encodeToString(bytes);
  }
}
