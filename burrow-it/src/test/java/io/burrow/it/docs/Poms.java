package io.burrow.it.docs;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** What the POMs of the build say of modules, versions and dependencies; and the same of XML on a page. */
final class Poms {

    /**
     * A dependency as it stands.
     *
     * @param version empty if there is none
     * @param isPassedOn whether who depends on the module gets it too
     */
    record Dependency(String group, String artifact, String version, boolean isPassedOn) {
        String name() {
            return group + ":" + artifact;
        }
    }

    private Poms() {}

    /** The group of all modules. */
    static String group() throws IOException {
        return text(parent(), "groupId");
    }

    /** The version of all modules. */
    static String version() throws IOException {
        return text(parent(), "version");
    }

    /** The modules that are published, in the order of the build. */
    static List<String> published() throws IOException {
        return children(parent(), "modules")
                .flatMap(modules -> children(modules, "module"))
                .map(module -> module.getTextContent().strip())
                .filter(module -> !module.equals("burrow-it"))
                .toList();
    }

    /** The artifacts that a module's own POM names and passes on. */
    static Set<String> brought(String module) throws IOException {
        Set<String> brought = new TreeSet<>();
        for (Dependency dependency : dependencies(read(module + "/pom.xml"))) {
            if (dependency.isPassedOn()) {
                brought.add(dependency.artifact());
            }
        }
        return brought;
    }

    /** The version of each {@code group:artifact} that the build uses. */
    static Map<String, String> managed() throws IOException {
        Map<String, String> properties = properties(read("pom.xml"));
        properties.put("project.version", version());
        Map<String, String> managed = new TreeMap<>();
        for (Dependency dependency : dependencies(read("pom.xml"))) {
            managed.put(dependency.name(), resolved(dependency.version(), properties));
        }
        managed.put("org.junit.jupiter:junit-jupiter", managed.get("org.junit:junit-bom")); // which manages it
        return managed;
    }

    /** Every dependency of a text, managed ones too. */
    static List<Dependency> dependencies(String xml) throws IOException {
        NodeList found = parse(xml).getElementsByTagName("dependency");
        List<Dependency> dependencies = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            Element each = (Element) found.item(i);
            String scope = text(each, "scope");
            dependencies.add(new Dependency(
                    text(each, "groupId"),
                    text(each, "artifactId"),
                    text(each, "version"),
                    !text(each, "optional").equals("true")
                            && Set.of("", "compile", "runtime").contains(scope)));
        }
        return dependencies;
    }

    /** The properties of a text: of a whole POM, or of a part that begins with them. */
    static Map<String, String> properties(String xml) throws IOException {
        Element content = parse(xml);
        Map<String, String> properties = new TreeMap<>();
        Stream.concat(Stream.of(content), children(content, "project"))
                .flatMap(element -> children(element, "properties"))
                .flatMap(element -> children(element, ""))
                .forEach(property -> properties.put(
                        property.getTagName(), property.getTextContent().strip()));
        return properties;
    }

    /** A version that may be a property. */
    static String resolved(String version, Map<String, String> properties) {
        return version.matches("\\$\\{.*}")
                ? properties.getOrDefault(version.substring(2, version.length() - 1), version)
                : version;
    }

    private static Element parent() throws IOException {
        return children(parse(read("pom.xml")), "project").findFirst().orElseThrow();
    }

    private static String read(String file) throws IOException {
        return Files.readString(Page.root().resolve(file));
    }

    /** A page's block may be a part of a POM, of more than one element: all of it becomes the content of one. */
    private static Element parse(String xml) throws IOException {
        String content = xml.strip().replaceFirst("^<\\?xml[^>]*\\?>", "");
        try {
            DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
            builder.setErrorHandler(new DefaultHandler()); // prints nothing
            return builder.parse(new InputSource(new StringReader("<content>" + content + "</content>")))
                    .getDocumentElement();
        } catch (SAXException | ParserConfigurationException malformed) {
            throw new IOException("not well-formed: " + xml, malformed);
        }
    }

    private static String text(Element element, String name) {
        return children(element, name)
                .map(child -> child.getTextContent().strip())
                .findFirst()
                .orElse("");
    }

    private static Stream<Element> children(Element element, String name) {
        NodeList all = element.getChildNodes();
        return IntStream.range(0, all.getLength())
                .mapToObj(all::item)
                .filter(node -> node.getNodeType() == Node.ELEMENT_NODE)
                .map(Element.class::cast)
                .filter(child -> name.isEmpty() || child.getTagName().equals(name));
    }
}
